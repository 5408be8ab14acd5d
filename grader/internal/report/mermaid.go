package report

import (
	"regexp"
	"strings"
)

// A diagram is a Mermaid flowchart or state diagram, as its lines have it: each one a
// way from node to node.
type diagram [][]step

// A step is a node, and what its arrow to the next one says.
type step struct {
	node   string
	label  string
	dotted bool
}

var (
	mermaidNode  = regexp.MustCompile(`^\s*([A-Za-z0-9_]+|\[\*\])(?:\["([^"]*)"\]|\[([^\]]*)\]|\("([^"]*)"\)|\(([^)]*)\)|\{"([^"]*)"\}|\{([^}]*)\})?\s*`)
	mermaidArrow = regexp.MustCompile(`^(-->|-\.->|-\.([^.]*(?:\.[^.-]+)*)\.->|--\s*([^->|]+?)\s*-->)(?:\|"([^"]*)"\||\|([^|]*)\|)?`)
)

// parseMermaid reads a diagram. What it does not know as a whole it does not draw: then
// the source is what the reader gets.
func parseMermaid(source string) (diagram, bool) {
	lines := strings.Split(strings.TrimSpace(source), "\n")
	state := strings.HasPrefix(lines[0], "stateDiagram")
	if !state && !strings.HasPrefix(lines[0], "flowchart ") && !strings.HasPrefix(lines[0], "graph ") {
		return nil, false
	}
	names := map[string]string{"[*]": "start"}
	var d diagram
	for _, line := range lines[1:] {
		if strings.TrimSpace(line) == "" || strings.HasPrefix(strings.TrimSpace(line), "%%") {
			continue
		}
		way, ok := parseWay(line, state, names)
		if !ok {
			return nil, false
		}
		d = append(d, way)
	}
	for _, way := range d {
		for i := range way {
			if name, ok := names[way[i].node]; ok {
				way[i].node = name
			}
		}
	}
	return d, len(d) > 0
}

// parseWay reads "A[text] -->|label| B --> C", or "A --> B: label" of a state diagram,
// and enters the texts of nodes into names.
func parseWay(line string, state bool, names map[string]string) (way []step, ok bool) {
	for {
		m := mermaidNode.FindStringSubmatch(line)
		if m == nil {
			return nil, false
		}
		if text := strings.TrimSpace(strings.Join(m[2:], "")); text != "" {
			names[m[1]] = text
		}
		way = append(way, step{node: m[1]})
		line = line[len(m[0]):]
		last := len(way) - 1
		if label, found := strings.CutPrefix(line, ":"); found && state && last == 1 {
			way[0].label = strings.TrimSpace(label)
			return way, true
		}
		if line == "" {
			return way, last > 0
		}
		if m = mermaidArrow.FindStringSubmatch(line); m == nil {
			return nil, false
		}
		way[last].dotted = strings.HasPrefix(m[1], "-.")
		way[last].label = strings.TrimSpace(strings.Join(m[2:], ""))
		line = line[len(m[0]):]
	}
}

// draw adds a diagram, a line a way; one that is too long goes on further in.
func (p *page) draw(indent int, d diagram) {
	for _, way := range d {
		at, row := indent, []span{{strong, way[0].node}}
		flush := func() {
			for _, line := range wrapSpans(row, p.width-at) {
				p.line(at, p.paintAll(line))
			}
			at, row = indent+4, nil
		}
		for i, st := range way[:len(way)-1] {
			next := []span{{dim, p.arrow(st)}, {plain, " "}, {strong, way[i+1].node}}
			if widthOfAll(row)+1+widthOfAll(next) > p.width-at {
				flush()
			} else {
				row = add(row, plain, " ")
			}
			row = append(row, next...)
		}
		flush()
	}
}

func (p *page) arrow(s step) string {
	line, dots, head := "--", "..", ">"
	if p.Unicode {
		line, dots, head = "──", "┄┄", "▶"
	}
	if s.dotted {
		line = dots
	}
	if label := oneLine(s.label); label != "" {
		return line + " " + label + " " + line + head
	}
	return line + head
}
