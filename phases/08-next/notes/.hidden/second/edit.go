package main

import (
	"encoding/json"
	"fmt"

	"github.com/labstack/echo/v4"
)

func (a *api) create(c echo.Context) error {
	fields, err := body(c, "application/json")
	if err != nil {
		return err
	}
	var made content
	if err := made.apply(fields); err != nil {
		return err
	}
	a.shelf.mu.Lock()
	defer a.shelf.mu.Unlock()
	id := a.shelf.lastID + 1
	if err := a.shelf.happen(event{Note: id, By: userOf(c), At: clock(), Write: &made}); err != nil {
		return err
	}
	c.Response().Header().Set("Location", fmt.Sprint("/notes/", id))
	return show(c, 201, a.shelf.notes[id].view(userOf(c)))
}

func (a *api) put(c echo.Context) error {
	fields, err := body(c, "application/json")
	if err != nil {
		return err
	}
	return a.write(c, func(*note) (made content, err error) { return made, made.apply(fields) })
}

func (a *api) patch(c echo.Context) error {
	fields, err := body(c, "application/merge-patch+json")
	if err != nil {
		return err
	}
	return a.write(c, func(n *note) (content, error) {
		made := n.versions[len(n.versions)-1].content
		err := made.apply(fields)
		return made, err
	})
}

func (a *api) restore(c echo.Context) error {
	return a.write(c, func(n *note) (content, error) {
		v := param(c, "version")
		if v < 1 || v > int64(len(n.versions)) {
			return content{}, fail(404, "there is no such revision")
		}
		return n.versions[v-1].content, nil
	})
}

// write makes the next version of a note, from the present one.
func (a *api) write(c echo.Context, next func(*note) (content, error)) error {
	user := userOf(c)
	a.shelf.mu.Lock()
	defer a.shelf.mu.Unlock()
	n, err := a.shelf.find(user, param(c, "id"))
	if err != nil {
		return err
	}
	if n.role(user) == "reader" {
		return fail(403, "you may only read it")
	}
	match := c.Request().Header.Get("If-Match")
	if match != "" && match != "*" && match != fmt.Sprintf(`"%d"`, len(n.versions)) {
		return fail(412, "it is another version now")
	}
	made, err := next(n)
	if err != nil {
		return err
	}
	if err := a.shelf.happen(event{Note: n.id, By: user, At: clock(), Write: &made}); err != nil {
		return err
	}
	return show(c, 200, n.view(user))
}

// own does something to a note that only its owner may do.
func (a *api) own(c echo.Context, e func(*note) (event, error)) error {
	user := userOf(c)
	a.shelf.mu.Lock()
	defer a.shelf.mu.Unlock()
	n, err := a.shelf.find(user, param(c, "id"))
	if err != nil {
		return err
	}
	if n.owner != user {
		return fail(403, "that is for "+n.owner)
	}
	what, err := e(n)
	if err != nil {
		return err
	}
	what.Note, what.By, what.At = n.id, user, clock()
	if err := a.shelf.happen(what); err != nil {
		return err
	}
	return c.NoContent(204)
}

func (a *api) delete(c echo.Context) error {
	return a.own(c, func(*note) (event, error) { return event{Gone: true}, nil })
}

// share gives a role, or takes it back for DELETE.
func (a *api) share(c echo.Context) error {
	var fields map[string]json.RawMessage
	remove := c.Request().Method == "DELETE"
	if !remove {
		var err error
		if fields, err = body(c, "application/json"); err != nil {
			return err
		}
	}
	return a.own(c, func(n *note) (event, error) {
		given := share{User: c.Param("user")}
		if err := text(fields, "role", &given.Role); err != nil {
			return event{}, err
		}
		if !remove && given.Role != "reader" && given.Role != "writer" {
			return event{}, fail(422, "a role is reader or writer")
		}
		if !a.users.Has(given.User) || given.User == n.owner {
			return event{}, fail(422, "share it with another user")
		}
		return event{Share: &given}, nil
	})
}
