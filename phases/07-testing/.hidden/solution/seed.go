package main

import (
	"encoding/json"
	"fmt"
	"time"
)

// loadSeed reads SEED, a JSON array of articles. Without one there are none: nil.
func loadSeed(text string) ([]Article, error) {
	if text == "" {
		return nil, nil
	}
	var articles []Article
	if err := json.Unmarshal([]byte(text), &articles); err != nil {
		return nil, fmt.Errorf("SEED is no JSON array of articles: %w", err)
	}
	now := time.Now().UTC()
	for i := range articles {
		a := &articles[i]
		if a.Tags == nil {
			a.Tags = []string{}
		}
		a.CreatedAt, a.UpdatedAt, a.Version = now, now, 1
	}
	return articles, nil
}
