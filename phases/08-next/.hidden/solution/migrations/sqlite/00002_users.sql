-- +goose Up
CREATE TABLE users (
	id            INTEGER PRIMARY KEY AUTOINCREMENT,
	username      TEXT NOT NULL UNIQUE,
	password_hash TEXT NOT NULL
);

-- Articles that were there before the accounts are nobody's.
ALTER TABLE articles ADD COLUMN author TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE articles DROP COLUMN author;
DROP TABLE users;
