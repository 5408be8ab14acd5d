package main

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"
)

// memory is a Store in the program's memory. TODO 8.2: sqlStore takes its place. Then this
// file can go, and with it slug.go but for what validate.go uses.
type memory struct {
	mu      sync.RWMutex // guards all below
	entries map[int]*entry
	lastID  int // the highest id ever given
}

// entry is what the memory knows of one article.
type entry struct {
	article Article
	views   int
}

// newMemory makes a memory that holds the seed.
func newMemory(seed []Article) *memory {
	m := &memory{entries: map[int]*entry{}}
	for _, a := range seed {
		m.entries[a.ID] = &entry{article: copyOf(a)}
		m.lastID = max(m.lastID, a.ID)
	}
	for _, e := range m.entries { // when all given slugs are known
		if e.article.Slug == "" {
			e.article.Slug = m.freeSlug(e.article.ID)
		}
	}
	return m
}

// copyOf shares nothing with a: a slice in a struct is copied as a pointer.
func copyOf(a Article) Article {
	a.Tags = slices.Clone(a.Tags)
	return a
}

func (m *memory) List(_ context.Context, q listQuery) ([]Article, int, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	all := make([]Article, 0, len(m.entries))
	for _, e := range m.entries {
		all = append(all, copyOf(e.article))
	}
	slices.SortFunc(all, func(a, b Article) int { return cmp.Compare(a.ID, b.ID) })
	if q.Descending {
		slices.Reverse(all)
	}
	found := q.filter(all)
	return q.cut(found), len(found), nil
}

func (m *memory) Get(_ context.Context, id int) (Article, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	e, ok := m.entries[id]
	if !ok {
		return Article{}, ErrNotFound
	}
	return copyOf(e.article), nil
}

func (m *memory) Create(_ context.Context, in ...ArticleInput) ([]Article, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	created := make([]Article, 0, len(in))
	for _, in := range in {
		if in.Slug != "" && m.slugOwner(in.Slug) != 0 {
			return nil, ErrConflict
		}
		now := time.Now().UTC()
		m.lastID++
		if in.Slug == "" {
			in.Slug = m.freeSlug(m.lastID)
		}
		a := Article{ID: m.lastID, Slug: in.Slug, Title: in.Title, Body: in.Body, Tags: in.Tags, CreatedAt: now, UpdatedAt: now, Version: 1}
		m.entries[a.ID] = &entry{article: copyOf(a)}
		created = append(created, a)
	}
	return created, nil
}

func (m *memory) Replace(_ context.Context, id, version int, in ArticleInput) (Article, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	e, ok := m.entries[id]
	if !ok {
		return Article{}, ErrNotFound
	}
	if version != anyVersion && version != e.article.Version {
		return Article{}, ErrStale
	}
	a := &e.article
	if in.Slug == "" {
		in.Slug = a.Slug
	}
	if owner := m.slugOwner(in.Slug); owner != 0 && owner != id {
		return Article{}, ErrConflict
	}
	a.Slug, a.Title, a.Body, a.Tags = in.Slug, in.Title, in.Body, slices.Clone(in.Tags)
	a.UpdatedAt = time.Now().UTC()
	a.Version++
	return copyOf(*a), nil
}

func (m *memory) Delete(_ context.Context, id int, _ string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, ok := m.entries[id]; !ok {
		return ErrNotFound
	}
	delete(m.entries, id)
	return nil
}

func (m *memory) AddView(_ context.Context, id int) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	e, ok := m.entries[id]
	if !ok {
		return ErrNotFound
	}
	e.views++
	return nil
}

func (m *memory) Views(_ context.Context, id int) (int, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	e, ok := m.entries[id]
	if !ok {
		return 0, ErrNotFound
	}
	return e.views, nil
}
