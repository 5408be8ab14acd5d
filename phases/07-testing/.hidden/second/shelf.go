package main

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"time"
)

// Article is one article. What the client may set is embedded.
type Article struct {
	Version int `json:"version"`
	ArticleInput
	ID      int       `json:"id"`
	Created time.Time `json:"created_at"`
	Updated time.Time `json:"updated_at"`
	views   int
}

// ArticleInput is what a client says of an article.
type ArticleInput struct {
	Tags  []string `json:"tags"`
	Body  string   `json:"body"`
	Title string   `json:"title"`
	Slug  string   `json:"slug"`
}

// shelf keeps articles in the order of their ids. Its methods return copies.
type shelf struct {
	sync.Mutex
	rows  []Article
	slugs map[string]int // whose
	next  int
}

func newShelf(seed []Article) *shelf {
	s := &shelf{slugs: map[string]int{}, next: 1}
	for _, a := range seed {
		a.Version, a.Created = 1, time.Now().UTC()
		a.Updated = a.Created
		if a.Slug != "" {
			s.slugs[a.Slug] = a.ID
		}
		s.rows = append(s.rows, a.clone())
		s.next = max(s.next, a.ID+1)
	}
	slices.SortFunc(s.rows, func(a, b Article) int { return a.ID - b.ID })
	for i := range s.rows {
		if s.rows[i].Slug == "" {
			s.rows[i].Slug = s.invent(s.rows[i].ID)
		}
	}
	return s
}

func (a Article) clone() Article {
	a.Tags = append([]string{}, a.Tags...)
	return a
}

// invent makes a slug for an Article; the lock is held.
func (s *shelf) invent(id int) string {
	for {
		slug := fmt.Sprintf("a%d-%x", id, rand.Uint32())
		if _, taken := s.slugs[slug]; !taken {
			s.slugs[slug] = id
			return slug
		}
	}
}

func (s *shelf) at(id int) (int, error) {
	i, ok := slices.BinarySearchFunc(s.rows, id, func(a Article, id int) int { return a.ID - id })
	if !ok {
		return 0, fmt.Errorf("Article %d: %w", id, ErrNotFound)
	}
	return i, nil
}

func (s *shelf) all() []Article {
	s.Lock()
	defer s.Unlock()
	list := make([]Article, len(s.rows))
	for i := range s.rows {
		list[i] = s.rows[i].clone()
	}
	return list
}

// with calls f with the Article, under the lock, and returns a copy of it.
func (s *shelf) with(id int, f func(i int, a *Article) error) (Article, error) {
	s.Lock()
	defer s.Unlock()
	i, err := s.at(id)
	if err != nil {
		return Article{}, err
	}
	a := &s.rows[i]
	err = f(i, a)
	return a.clone(), err
}

func (s *shelf) add(in ArticleInput) (Article, error) {
	s.Lock()
	defer s.Unlock()
	if _, taken := s.slugs[in.Slug]; taken {
		return Article{}, fmt.Errorf("slug %q: %w", in.Slug, ErrConflict)
	}
	now := time.Now().UTC()
	a := Article{ID: s.next, ArticleInput: in, Version: 1, Created: now, Updated: now}
	s.next++
	if a.Slug == "" {
		a.Slug = s.invent(a.ID)
	}
	s.slugs[a.Slug] = a.ID
	s.rows = append(s.rows, a.clone())
	return a, nil
}

// put replaces the ArticleInput; an empty tag of version means any.
func (s *shelf) put(id int, etag string, in ArticleInput) (Article, error) {
	return s.with(id, func(_ int, a *Article) error {
		if etag != "" && etag != "*" && etag != a.etag() {
			return fmt.Errorf("Article %d: %w", id, ErrStale)
		}
		if in.Slug == "" {
			in.Slug = a.Slug
		}
		if owner, taken := s.slugs[in.Slug]; taken && owner != id {
			return fmt.Errorf("slug %q: %w", in.Slug, ErrConflict)
		}
		delete(s.slugs, a.Slug)
		s.slugs[in.Slug] = id
		in.Tags = slices.Clone(in.Tags)
		a.ArticleInput = in
		a.Version++
		a.Updated = time.Now().UTC()
		return nil
	})
}

func (s *shelf) drop(id int) error {
	_, err := s.with(id, func(i int, a *Article) error {
		delete(s.slugs, a.Slug)
		s.rows = slices.Delete(s.rows, i, i+1)
		return nil
	})
	return err
}
