-- +goose Up
CREATE TABLE article (
	id SERIAL PRIMARY KEY,
	slug TEXT UNIQUE NOT NULL,
	title TEXT COLLATE "C" NOT NULL,
	body TEXT NOT NULL,
	tags TEXT NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	version INTEGER NOT NULL,
	views INTEGER NOT NULL
);
