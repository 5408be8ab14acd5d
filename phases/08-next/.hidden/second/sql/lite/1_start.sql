-- +goose Up
CREATE TABLE article (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	slug TEXT UNIQUE NOT NULL,
	title TEXT NOT NULL,
	body TEXT NOT NULL,
	tags TEXT NOT NULL,       -- a JSON array
	created_at TEXT NOT NULL, -- fixed width, so that text sorts as time does
	updated_at TEXT NOT NULL,
	version INTEGER NOT NULL,
	views INTEGER NOT NULL
);
