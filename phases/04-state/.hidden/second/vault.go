package main

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// vault is a Store whose rows are never changed: a writer puts a new table in the
// place of the old one, and readers need no lock.
type vault struct {
	writing sync.Mutex
	table   atomic.Pointer[[]row] // by id
	highest int                   // of writing
}

// row is one article, with a counter that lives as long as it does.
type row struct {
	article Article
	views   *atomic.Int64
}

func byID(r row, id int) int { return cmp.Compare(r.article.ID, id) }

func newMemory(seed []Article) *vault {
	v := &vault{}
	rows := []row{}
	now := time.Now().UTC()
	for _, a := range seed {
		a.CreatedAt, a.UpdatedAt, a.Version = now, now, 1
		rows = append(rows, row{own(a), new(atomic.Int64)})
		v.highest = max(v.highest, a.ID)
	}
	slices.SortFunc(rows, func(a, b row) int { return byID(a, b.article.ID) })
	v.table.Store(&rows)
	return v
}

// own gives an article tags that nobody else has.
func own(a Article) Article {
	a.Tags = append([]string{}, a.Tags...)
	return a
}

func (v *vault) look(id int) (rows []row, at int, err error) {
	rows = *v.table.Load()
	at, found := slices.BinarySearchFunc(rows, id, byID)
	if !found {
		return rows, at, ErrNotFound
	}
	return rows, at, nil
}

func (v *vault) List(context.Context) ([]Article, error) {
	rows := *v.table.Load()
	list := make([]Article, len(rows))
	for i, r := range rows {
		list[i] = own(r.article)
	}
	return list, nil
}

func (v *vault) Get(_ context.Context, id int) (Article, error) {
	rows, at, err := v.look(id)
	if err != nil {
		return Article{}, err
	}
	return own(rows[at].article), nil
}

func (v *vault) Create(_ context.Context, in ArticleInput) (Article, error) {
	v.writing.Lock()
	defer v.writing.Unlock()
	v.highest++
	born := time.Now().UTC()
	a := Article{v.highest, in.Title, in.Body, in.Tags, born, born, 1}
	rows := append(slices.Clone(*v.table.Load()), row{own(a), new(atomic.Int64)})
	v.table.Store(&rows)
	return own(a), nil
}

func (v *vault) Replace(_ context.Context, id, version int, in ArticleInput) (Article, error) {
	v.writing.Lock()
	defer v.writing.Unlock()
	old, at, err := v.look(id)
	if err != nil {
		return Article{}, err
	}
	a := old[at].article
	if version != anyVersion && version != a.Version {
		return Article{}, ErrStale
	}
	a = Article{id, in.Title, in.Body, in.Tags, a.CreatedAt, time.Now().UTC(), a.Version + 1}
	rows := slices.Clone(old)
	rows[at].article = own(a)
	v.table.Store(&rows)
	return own(a), nil
}

func (v *vault) Delete(_ context.Context, id int) error {
	v.writing.Lock()
	defer v.writing.Unlock()
	old, at, err := v.look(id)
	if err != nil {
		return err
	}
	rows := slices.Concat(old[:at], old[at+1:])
	v.table.Store(&rows)
	return nil
}

func (v *vault) AddView(_ context.Context, id int) error {
	rows, at, err := v.look(id)
	if err == nil {
		rows[at].views.Add(1)
	}
	return err
}

func (v *vault) Views(_ context.Context, id int) (int, error) {
	rows, at, err := v.look(id)
	if err != nil {
		return 0, err
	}
	return int(rows[at].views.Load()), nil
}
