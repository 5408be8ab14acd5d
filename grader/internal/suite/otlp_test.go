package suite

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
	resourcepb "go.opentelemetry.io/proto/otlp/resource/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
)

// Ensure that the spans which a program exports can be asked about, at every level of
// isolation, compressed and not.
func TestSpans(t *testing.T) {
	t.Parallel()
	passesAtAll(t, "live", `# a trace goes on, and the question to the database is its child
otlp COLLECTOR
serve -env OTEL_EXPORTER_OTLP_ENDPOINT=$COLLECTOR -env OTEL_BSP_SCHEDULE_DELAY=100
set TRACE '"0af7651916cd43dd8448eb211c" + ($RANDOM_ID + 100000 | tostring)[0:6]'
GET /notes -H 'traceparent: 00-'$TRACE'-b7ad6b7169203331-01'
status 200
spans '[.[] | select(.trace == $TRACE)] | length == 2' -within 5s
spans 'first(.[] | select(.kind == "SERVER" and .trace == $TRACE)) | .parent == "b7ad6b7169203331"'
spans 'first(.[] | select(.kind == "SERVER" and .trace == $TRACE)).span as $id | any(.[]; .kind == "CLIENT" and .parent == $id)' -want 'a CLIENT span below it'
spans 'first(.[] | select(.kind == "SERVER")) | .attributes["http.route"] == "/notes" and .attributes.tries == 1 and .attributes.test == true and .attributes.names == ["a", "b"]'
spans 'first(.[] | select(.kind == "SERVER")) | .name == "GET /notes" and .service == "live" and .scope == "live/http" and .status == "UNSET"'

# what is left goes at the end
otlp OTHER
serve -env OTEL_EXPORTER_OTLP_ENDPOINT=$OTHER -env GZIP=yes
POST /notes -json '{text: "a"}'
quit -within 10s
spans 'any(.[]; .name == "POST /notes")'
`)
}

// Ensure that a failure shows the spans that came, and what was refused.
func TestSpanFailures(t *testing.T) {
	t.Parallel()
	const head = "otlp OUT\nserve -env OTEL_EXPORTER_OTLP_ENDPOINT=$OUT -env OTEL_BSP_SCHEDULE_DELAY=10 -env FAULT="
	const ask = "\nGET /notes -H 'traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'\n"
	for _, c := range []struct{ name, script, want, got string }{
		{"orphans", head + "orphans" + ask + `spans 'any(.[]; .parent == "b7ad6b7169203331")' -want 'a span that goes on' -within 1s`,
			"a span that goes on, within 1s", "~2 spans came:\nCLIENT \"SELECT\" trace="},
		{"childless", head + "childless" + ask + `spans 'map(.kind) | contains(["CLIENT"])' -within 1s`,
			`map(.kind) | contains(["CLIENT"]), within 1s`, "~false\n1 span came:\nSERVER \"GET /notes\" trace=0af7651916cd43dd8448eb211c80319c span="},
		{"comparison", head + "none" + ask + "spans 'length == 3' -within 1s", "length == 3, within 1s", "~length is 2\n2 spans came:\n"},
		{"unflushed", "otlp OUT\nserve -env OTEL_EXPORTER_OTLP_ENDPOINT=$OUT -env FAULT=unflushed\nGET /notes\nquit\nspans 'length > 0' -within 200ms",
			"length > 0, within 200ms", "length is 0\nno span came"},
		{"elsewhere", head + "none -env OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=$OUT" + ask + "spans 'length > 0' -within 1s", "length > 0, within 1s",
			"~no span came\nrefused: POST /: traces are sent to /v1/traces"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := fails(t, "live", "# it is traced\n"+c.script+"\n")
			sameString(t, "Want", f.Want, c.want)
			sameOrHas(t, "Got", f.Got, c.got)
			hasText(t, "Env", strings.Join(f.Env, " "), "OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4318")
			hasText(t, "Prepare", strings.Join(f.Prepare, "\n"), "nc -l 4318 | strings; done")
		})
	}
}

// traced is an export of one span whose attributes are nested depth times.
func traced(t testing.TB, depth int) []byte {
	t.Helper()
	value := &commonpb.AnyValue{Value: &commonpb.AnyValue_DoubleValue{DoubleValue: 1.5}}
	for range depth {
		value = &commonpb.AnyValue{Value: &commonpb.AnyValue_KvlistValue{KvlistValue: &commonpb.KeyValueList{Values: []*commonpb.KeyValue{{Key: "in", Value: value}}}}}
	}
	body, err := proto.Marshal(&tracepb.TracesData{ResourceSpans: []*tracepb.ResourceSpans{{
		Resource: &resourcepb.Resource{Attributes: []*commonpb.KeyValue{{Key: "service.name", Value: &commonpb.AnyValue{Value: &commonpb.AnyValue_StringValue{StringValue: "s"}}}}},
		ScopeSpans: []*tracepb.ScopeSpans{{Spans: []*tracepb.Span{{Name: "n", TraceId: []byte{1, 2}, SpanId: []byte{3},
			Attributes: []*commonpb.KeyValue{{Key: "a", Value: value}, {Key: "nothing"}}, Status: &tracepb.Status{Code: tracepb.Status_STATUS_CODE_ERROR}}}}},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func zipped(t *testing.T, body []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(body); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Ensure that what is no export is answered as the specification says, and told.
func TestReceiver(t *testing.T) {
	t.Parallel()
	const protobuf = "application/x-protobuf"
	good := traced(t, 1)
	bomb := zipped(t, make([]byte, maxExport+1))
	for _, c := range []struct {
		name, method, path, media, coding string
		body                              []byte
		status                            int
		refused                           string
	}{
		{"good", "POST", "/v1/traces", protobuf, "", good, 200, ""},
		{"gzip", "POST", "/v1/traces", protobuf + "; a=b", "gzip", zipped(t, good), 200, ""},
		{"empty", "POST", "/v1/traces", protobuf, "", nil, 200, ""},
		{"path", "POST", "/v1/metrics", protobuf, "", good, 404, "POST /v1/metrics: traces are sent to /v1/traces"},
		{"method", "GET", "/v1/traces", protobuf, "", nil, 405, "GET /v1/traces: traces are sent with POST"},
		{"JSON", "POST", "/v1/traces", "application/json", "", []byte("{}"), 415, `POST /v1/traces: the Content-Type is "application/json", want application/x-protobuf`},
		{"coding", "POST", "/v1/traces", protobuf, "br", good, 415, `POST /v1/traces: the Content-Encoding is "br", want gzip or none`},
		{"no protobuf", "POST", "/v1/traces", protobuf, "", []byte("hello"), 400, "POST /v1/traces: the body is no ExportTraceServiceRequest in protobuf"},
		{"cut", "POST", "/v1/traces", protobuf, "", good[:len(good)-1], 400, "POST /v1/traces: the body is no ExportTraceServiceRequest in protobuf"},
		{"no gzip", "POST", "/v1/traces", protobuf, "gzip", good, 400, "POST /v1/traces: the body is no gzip"},
		{"cut gzip", "POST", "/v1/traces", protobuf, "gzip", zipped(t, good)[:20], 400, "POST /v1/traces: the body breaks off or is damaged"},
		{"bomb", "POST", "/v1/traces", protobuf, "gzip", bomb, 413, "POST /v1/traces: the body has more than 4 MiB"},
		{"big", "POST", "/v1/traces", protobuf, "", make([]byte, maxExport+1), 413, "POST /v1/traces: the body has more than 4 MiB"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			o := &receiver{}
			req := httptest.NewRequest(c.method, c.path, bytes.NewReader(c.body))
			req.Header.Set("Content-Type", c.media)
			req.Header.Set("Content-Encoding", c.coding)
			rec := httptest.NewRecorder()
			o.ServeHTTP(rec, req)
			if rec.Code != c.status || rec.Header().Get("Content-Type") != protobuf {
				t.Errorf("answered with %d and %v", rec.Code, rec.Header())
			}
			sameString(t, "refused", strings.Join(o.refused, "\n"), c.refused)
			if c.refused != "" && !bytes.HasPrefix(rec.Body.Bytes(), []byte{8, 3, 18}) {
				t.Errorf("the body is no google.rpc.Status: %q", rec.Body)
			}
		})
	}
	if len(bomb) > maxExport/100 {
		t.Errorf("the bomb has %d bytes", len(bomb))
	}
}

// Ensure that spans above the limit are counted, not kept.
func TestManySpans(t *testing.T) {
	t.Parallel()
	o, r := &receiver{}, &run{}
	body := bytes.Repeat(traced(t, 0), 100)
	for range maxSpans/100 + 1 {
		req := httptest.NewRequest(http.MethodPost, tracesPath, bytes.NewReader(body))
		req.Header.Set("Content-Type", "application/x-protobuf")
		o.ServeHTTP(httptest.NewRecorder(), req)
	}
	if len(o.spans) != maxSpans || o.lost != 100 {
		t.Errorf("%d are kept, %d are lost", len(o.spans), o.lost)
	}
	r.receivers = append(r.receivers, o)
	hasText(t, "received", r.received(), "10000 spans came:\nUNSPECIFIED \"n\" trace=0102 span=03 a=1.5 nothing=null\n")
	hasText(t, "received", r.received(), "… and 9980 more\n100 spans above 10000 were not kept")
}

// FuzzSpans ensures that whatever a program exports is spans that can be asked about and
// shown, or an error.
func FuzzSpans(f *testing.F) {
	for _, depth := range []int{0, 1, maxDepth, 500} {
		f.Add(traced(f, depth))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		list, err := decodeSpans(body)
		if err != nil {
			return
		}
		r := newRun(t.Context(), "1.1", nil, Options{}, "", nil)
		r.receivers = []*receiver{{spans: list}}
		if got, err := r.eval(r.parse("length"), r.exported()); err != nil || got != len(list) {
			t.Fatalf("%v, %v", got, err)
		}
		if !json.Valid([]byte(show(r.exported()))) {
			t.Fatalf("%q", show(r.exported()))
		}
		io.WriteString(io.Discard, r.received())
	})
}
