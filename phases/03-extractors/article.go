package main

// Article is one article, as the API answers it and as SEED holds it.
type Article struct {
	ID    int      `json:"id"`
	Title string   `json:"title"`
	Body  string   `json:"body"`
	Tags  []string `json:"tags"`
}

// Limits of an article, in code points and tags.
const (
	maxTitle = 200
	maxBody  = 10000
	maxTags  = 10
)

// fieldError says what is wrong with one field.
type fieldError struct {
	Field   string `json:"field"`
	Message string `json:"message"`
}

// validate lists what is wrong, one entry a field; nothing if all is right.
func (a Article) validate() []fieldError {
	// TODO 3.4: look at the title, the body and every tag.
	return nil
}
