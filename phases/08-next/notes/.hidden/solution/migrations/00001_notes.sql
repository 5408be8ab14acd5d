-- +goose Up
CREATE TABLE notes (
	id         INTEGER PRIMARY KEY AUTOINCREMENT,
	owner      TEXT NOT NULL,
	title      TEXT NOT NULL,
	text       TEXT NOT NULL,
	version    INTEGER NOT NULL,
	created_at TIMESTAMP NOT NULL,
	updated_at TIMESTAMP NOT NULL
);

CREATE TABLE shares (
	note_id INTEGER NOT NULL REFERENCES notes ON DELETE CASCADE,
	user    TEXT NOT NULL,
	role    TEXT NOT NULL,
	PRIMARY KEY (note_id, user)
);
CREATE INDEX shares_by_user ON shares (user);

-- What a note was in each version, and who made it so.
CREATE TABLE revisions (
	note_id INTEGER NOT NULL REFERENCES notes ON DELETE CASCADE,
	version INTEGER NOT NULL,
	title   TEXT NOT NULL,
	text    TEXT NOT NULL,
	user    TEXT NOT NULL,
	at      TIMESTAMP NOT NULL,
	PRIMARY KEY (note_id, version)
);

-- For whom which note has changed, in the order of the commits: there is one writer
-- at a time. Rows outlive their notes.
CREATE TABLE changes (
	seq     INTEGER PRIMARY KEY AUTOINCREMENT,
	user    TEXT NOT NULL,
	note_id INTEGER NOT NULL
);
CREATE INDEX changes_by_user ON changes (user, seq);
