package main

import (
	"context"
	"errors"
	"slices"
)

// TODO 4.2: find the bug. With PORT2 there are two apps, and each has its own articles.
var (
	articles []Article
	lastID   int // the highest id ever given
)

// memory is a Store in the program's memory.
// TODO 4.3: its methods run in many goroutines at once.
type memory struct{}

// newMemory makes a memory that holds the seed.
func newMemory(seed []Article) *memory {
	articles = slices.Clone(seed)
	for _, a := range seed {
		lastID = max(lastID, a.ID)
	}
	return &memory{}
}

// find returns the place of an article, or -1.
func (m *memory) find(id int) int {
	return slices.IndexFunc(articles, func(a Article) bool { return a.ID == id })
}

func (m *memory) List(context.Context) ([]Article, error) {
	// TODO 4.1: by id, lowest first. SEED has any order.
	// TODO 4.5: what List and Get return is the caller's.
	return articles, nil
}

func (m *memory) Get(_ context.Context, id int) (Article, error) {
	i := m.find(id)
	if i < 0 {
		return Article{}, ErrNotFound
	}
	return articles[i], nil
}

func (m *memory) Create(_ context.Context, in ArticleInput) (Article, error) {
	lastID++
	// TODO 4.1: it is born now; in UTC.
	a := Article{ID: lastID, Title: in.Title, Body: in.Body, Tags: in.Tags, Version: 1}
	articles = append(articles, a)
	return a, nil
}

func (m *memory) Replace(_ context.Context, id, version int, in ArticleInput) (Article, error) {
	// TODO 4.1: change the title, the body, the tags and updated_at.
	// TODO 4.6: only if its version is the given one, or the given one is anyVersion.
	return Article{}, errors.New("nothing is replaced yet")
}

func (m *memory) Delete(_ context.Context, id int) error {
	i := m.find(id)
	if i < 0 {
		return ErrNotFound
	}
	articles = slices.Delete(articles, i, i+1)
	return nil
}

func (m *memory) AddView(_ context.Context, id int) error {
	return errors.New("no view is counted yet") // TODO 4.4: count it
}

func (m *memory) Views(_ context.Context, id int) (int, error) {
	return 0, nil // TODO 4.4: how many there were
}
