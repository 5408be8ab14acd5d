package report

import (
	"slices"

	east "github.com/yuin/goldmark/extension/ast"
)

const (
	gridGap   = 2 // columns between the cells of a table
	leastCell = 8 // columns that a cell has at least, if its text is that long
)

// grid adds a table of a lesson: what does not fit is wrapped inside its cell.
func (l *lesson) grid(n *east.Table, indent int) {
	var rows [][][]span
	for tr := n.FirstChild(); tr != nil; tr = tr.NextSibling() {
		r := plain
		if tr.Kind() == east.KindTableHeader {
			r = strong
		}
		var row [][]span
		for td := tr.FirstChild(); td != nil; td = td.NextSibling() {
			row = append(row, l.inline(td, r))
		}
		rows = append(rows, row)
	}
	if len(rows) == 0 {
		return
	}
	l.blank()
	widths := gridWidths(rows, l.width-indent)
	for i, row := range rows {
		l.gridRow(indent, row, widths)
		if i == 0 {
			total := gridGap * (len(widths) - 1)
			for _, w := range widths {
				total += w
			}
			l.rule(indent, total, "─", "-")
		}
	}
}

// gridWidths are the columns of each cell: what its text takes, and less for the
// widest where that is too much.
func gridWidths(rows [][][]span, room int) []int {
	var widths []int
	for _, row := range rows {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 1)
			}
			widths[i] = max(widths[i], widthOfAll(cell))
		}
	}
	room -= gridGap * (len(widths) - 1)
	for {
		total := 0
		for _, w := range widths {
			total += w
		}
		widest := slices.Max(widths)
		if total <= room || widest <= leastCell {
			return widths
		}
		widths[slices.Index(widths, widest)]--
	}
}

func (l *lesson) gridRow(indent int, row [][]span, widths []int) {
	var cells [][][]span
	height := 0
	for i, cell := range row {
		cells = append(cells, wrapSpans(cell, widths[i]))
		height = max(height, len(cells[i]))
	}
	for y := range height {
		var line string
		for i, lines := range cells {
			var text []span
			if y < len(lines) {
				text = lines[y]
			}
			line += l.paintAll(text)
			if i < len(cells)-1 {
				line += spaces(widths[i] - widthOfAll(text) + gridGap)
			}
		}
		l.line(indent, line)
	}
}
