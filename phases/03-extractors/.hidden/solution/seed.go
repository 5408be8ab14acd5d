package main

import (
	"encoding/json"
	"fmt"
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
	for i := range articles {
		if articles[i].Tags == nil {
			articles[i].Tags = []string{}
		}
	}
	return articles, nil
}
