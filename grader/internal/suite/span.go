package suite

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
)

// spanDoc is a span as jq sees it.
func spanDoc(s *tracepb.Span, service, scope string) map[string]any {
	return map[string]any{
		"name":       s.GetName(),
		"kind":       strings.TrimPrefix(s.GetKind().String(), "SPAN_KIND_"),
		"trace":      hex.EncodeToString(s.GetTraceId()),
		"span":       hex.EncodeToString(s.GetSpanId()),
		"parent":     hex.EncodeToString(s.GetParentSpanId()),
		"attributes": attributes(s.GetAttributes(), 0),
		"status":     strings.TrimPrefix(s.GetStatus().GetCode().String(), "STATUS_CODE_"),
		"service":    service,
		"scope":      scope,
	}
}

func attributes(list []*commonpb.KeyValue, depth int) map[string]any {
	all := map[string]any{}
	for _, kv := range list {
		all[kv.GetKey()] = attribute(kv.GetValue(), depth)
	}
	return all
}

// maxDepth is how deep values in values are looked at.
const maxDepth = 16

func attribute(v *commonpb.AnyValue, depth int) any {
	if depth == maxDepth {
		return "…"
	}
	switch v := v.GetValue().(type) {
	case *commonpb.AnyValue_StringValue:
		return v.StringValue
	case *commonpb.AnyValue_BoolValue:
		return v.BoolValue
	case *commonpb.AnyValue_IntValue:
		return int(v.IntValue)
	case *commonpb.AnyValue_DoubleValue:
		if math.IsNaN(v.DoubleValue) || math.IsInf(v.DoubleValue, 0) { // which JSON has not
			return fmt.Sprint(v.DoubleValue)
		}
		return v.DoubleValue
	case *commonpb.AnyValue_BytesValue:
		return base64.StdEncoding.EncodeToString(v.BytesValue)
	case *commonpb.AnyValue_ArrayValue:
		list := []any{}
		for _, x := range v.ArrayValue.GetValues() {
			list = append(list, attribute(x, depth+1))
		}
		return list
	case *commonpb.AnyValue_KvlistValue:
		return attributes(v.KvlistValue.GetValues(), depth+1)
	}
	return nil
}

// spanLine is a span in a line: kind, name, what leads to its parent, attributes.
func spanLine(s map[string]any) string {
	line := fmt.Sprintf("%s %q trace=%s span=%s", s["kind"], s["name"], s["trace"], s["span"])
	if s["parent"] != "" {
		line += fmt.Sprintf(" parent=%s", s["parent"])
	}
	attrs := s["attributes"].(map[string]any)
	for _, key := range slices.Sorted(maps.Keys(attrs)) {
		line += fmt.Sprintf(" %s=%s", key, show(attrs[key]))
	}
	return clip(line)
}
