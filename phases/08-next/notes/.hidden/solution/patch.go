package main

import (
	"encoding/json"

	"github.com/jmoiron/sqlx"
	"github.com/labstack/echo/v4"
)

// field is a string of a merge patch (RFC 7396): absent, null or a text.
type field struct {
	there bool
	text  string // "" for null: that is how a note is without it
}

// UnmarshalJSON is called for each field that is there, also if it is null.
func (f *field) UnmarshalJSON(data []byte) error {
	f.there = true
	return json.Unmarshal(data, &f.text) // null changes nothing
}

// patch answers PATCH /notes/ID. What the patch leaves out is looked up by edit, in
// the transaction.
func (h *handlers) patch(c echo.Context) error {
	var in *struct { // a pointer, to tell null from {}
		Title field `json:"title"`
		Text  field `json:"text"`
	}
	if err := decode(c, "application/merge-patch+json", &in); err != nil {
		return err
	}
	if in == nil {
		return badRequest("the patch must be an object")
	}
	return h.edit(c, func(_ *sqlx.Tx, content *Content) error {
		if in.Title.there {
			content.Title = in.Title.text
		}
		if in.Text.there {
			content.Text = in.Text.text
		}
		return nil
	})
}
