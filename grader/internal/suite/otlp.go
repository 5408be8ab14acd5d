package suite

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"

	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
)

// firstOTLP is the port of the first receiver, in what a learner reads.
const firstOTLP = 4318

// tracesPath is where OTLP/HTTP takes traces.
const tracesPath = "/v1/traces"

// receiver takes the spans that a program exports: OTLP/HTTP with protobuf, as
// opentelemetry.io/docs/specs/otlp says.
type receiver struct {
	name, address, shown string
	server               *http.Server
	serving              sync.WaitGroup

	mu      sync.Mutex
	spans   []any // as `spans` sees them
	lost    int   // above maxSpans
	refused []string
}

// otlp starts a receiver.
func otlp(r *run, _ bool, args []string) {
	if len(args) != 1 || strings.HasPrefix(args[0], "-") {
		r.usage("otlp", "it takes one name")
	}
	if slices.ContainsFunc(r.receivers, func(o *receiver) bool { return o.name == args[0] }) {
		r.brokenf("otlp: there is an `otlp %s` already", args[0])
	}
	l := r.listener(0)
	o := &receiver{name: args[0], address: l.Addr().(*net.TCPAddr).String(), shown: fmt.Sprintf("localhost:%d", firstOTLP+len(r.receivers))}
	o.server = &http.Server{Handler: o, ReadHeaderTimeout: defaultRequest, ReadTimeout: 2 * defaultRequest, MaxHeaderBytes: maxHeader, ErrorLog: silent}
	o.serving.Go(func() { o.server.Serve(l) })
	r.ts.Defer(func() {
		o.server.Close()
		o.serving.Wait()
	})
	r.receivers = append(r.receivers, o)
	r.standIns = append(r.standIns, standIn{o.address, o.shown, o.byHand})
	r.set(o.name, "http://"+o.address)
}

// byHand is a command that takes exports and shows the texts in them.
func (o *receiver) byHand() string {
	_, port, _ := strings.Cut(o.shown, ":")
	return `while true; do printf 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n' | nc -l ` + port +
		" | strings; done   # in a terminal of its own"
}

// ServeHTTP takes an export, or says what is wrong with it.
func (o *receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	spans, status, problem := export(req)
	w.Header().Set("Content-Type", "application/x-protobuf")
	if problem != "" {
		o.mu.Lock()
		if len(o.refused) < tailLines {
			o.refused = append(o.refused, clip(req.Method+" "+req.RequestURI)+": "+problem)
		}
		o.mu.Unlock()
		w.WriteHeader(status)
		w.Write(statusMessage(problem))
		return
	}
	o.mu.Lock()
	room := max(0, min(len(spans), maxSpans-len(o.spans)))
	o.spans = append(o.spans, spans[:room]...)
	o.lost += len(spans) - room
	o.mu.Unlock()
	w.WriteHeader(http.StatusOK) // an empty ExportTraceServiceResponse
}

// statusMessage is a google.rpc.Status with the code INVALID_ARGUMENT.
func statusMessage(text string) []byte {
	const code, message, invalid = 1, 2, 3
	b := protowire.AppendVarint(protowire.AppendTag(nil, code, protowire.VarintType), invalid)
	return protowire.AppendString(protowire.AppendTag(b, message, protowire.BytesType), text)
}

// export reads the spans of a request. problem is what is wrong, and status how to say so.
func export(req *http.Request) (spans []any, status int, problem string) {
	media, _, _ := mime.ParseMediaType(req.Header.Get("Content-Type"))
	switch {
	case req.URL.Path != tracesPath:
		return nil, http.StatusNotFound, "traces are sent to " + tracesPath
	case req.Method != http.MethodPost:
		return nil, http.StatusMethodNotAllowed, "traces are sent with POST"
	case media != "application/x-protobuf":
		return nil, http.StatusUnsupportedMediaType, fmt.Sprintf("the Content-Type is %q, want application/x-protobuf", clip(req.Header.Get("Content-Type")))
	}
	var from io.Reader = req.Body
	switch coding := req.Header.Get("Content-Encoding"); coding {
	case "", "identity":
	case "gzip":
		zip, err := gzip.NewReader(io.LimitReader(req.Body, maxExport))
		if err != nil {
			return nil, http.StatusBadRequest, "the body is no gzip"
		}
		from = zip
	default:
		return nil, http.StatusUnsupportedMediaType, fmt.Sprintf("the Content-Encoding is %q, want gzip or none", clip(coding))
	}
	body, err := io.ReadAll(io.LimitReader(from, maxExport+1))
	switch {
	case err != nil:
		return nil, http.StatusBadRequest, "the body breaks off or is damaged"
	case len(body) > maxExport:
		return nil, http.StatusRequestEntityTooLarge, fmt.Sprintf("the body has more than %d MiB", maxExport>>20)
	}
	if spans, err = decodeSpans(body); err != nil {
		return nil, http.StatusBadRequest, err.Error()
	}
	return spans, 0, ""
}

// decodeSpans reads an ExportTraceServiceRequest: it has the wire format of TracesData,
// whose package does not come with gRPC.
func decodeSpans(body []byte) ([]any, error) {
	var data tracepb.TracesData
	if err := proto.Unmarshal(body, &data); err != nil {
		return nil, errors.New("the body is no ExportTraceServiceRequest in protobuf")
	}
	var all []any
	for _, resource := range data.GetResourceSpans() {
		service := ""
		for _, kv := range resource.GetResource().GetAttributes() {
			if kv.GetKey() == "service.name" {
				service = kv.GetValue().GetStringValue()
			}
		}
		for _, scope := range resource.GetScopeSpans() {
			for _, span := range scope.GetSpans() {
				all = append(all, spanDoc(span, service, scope.GetScope().GetName()))
			}
		}
	}
	return all, nil
}

// spans asserts on what all receivers got so far.
func spans(r *run, _ bool, args []string) {
	fl := r.flags("spans", args, "within", "want")
	if len(fl.rest) != 1 {
		r.usage("spans", "it takes one jq program")
	}
	if len(r.receivers) == 0 {
		r.brokenf("`otlp` comes first")
	}
	q, within := r.parse(fl.rest[0]), fl.duration("within", defaultUntil)
	var f *finding
	for end := time.Now().Add(within); ; time.Sleep(defaultEvery) {
		if f = r.judge(q, r.exported()); f == nil {
			return
		}
		if time.Now().Add(defaultEvery).After(end) || r.ctx.Err() != nil {
			break
		}
	}
	found := foundBy(f, fl.text("want"))
	if found != "" {
		found = capped([]byte(found)) + "\n"
	}
	r.fail(Failure{Want: fmt.Sprintf("%s, within %v", cmpOr(fl.text("want"), f.want), within), Got: found + r.received()})
}

// exported are the spans that came, in the order in which they came.
func (r *run) exported() []any {
	all := []any{}
	for _, o := range r.receivers {
		o.mu.Lock()
		all = append(all, o.spans...)
		o.mu.Unlock()
	}
	return all
}

// received is what a learner reads of all that came.
func (r *run) received() string {
	all := r.exported()
	lines := []string{"no span came"}
	if len(all) > 0 {
		lines[0] = counted(len(all), "span") + " came:"
	}
	for _, span := range all[:min(len(all), tailLines)] {
		lines = append(lines, spanLine(span.(map[string]any)))
	}
	if more := len(all) - tailLines; more > 0 {
		lines = append(lines, fmt.Sprintf("… and %d more", more))
	}
	for _, o := range r.receivers {
		o.mu.Lock()
		for _, line := range o.refused {
			lines = append(lines, "refused: "+line)
		}
		if o.lost > 0 {
			lines = append(lines, fmt.Sprintf("%d spans above %d were not kept", o.lost, maxSpans))
		}
		o.mu.Unlock()
	}
	return strings.Join(lines, "\n")
}
