CREATE TABLE IF NOT EXISTS articles (
	id         INTEGER PRIMARY KEY AUTOINCREMENT, -- never used twice
	slug       TEXT NOT NULL UNIQUE,
	title      TEXT NOT NULL,
	body       TEXT NOT NULL,
	created_at TIMESTAMP NOT NULL,
	updated_at TIMESTAMP NOT NULL,
	version    INTEGER NOT NULL,
	views      INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE IF NOT EXISTS article_tags (
	article_id INTEGER NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
	position   INTEGER NOT NULL,
	tag        TEXT NOT NULL,
	PRIMARY KEY (article_id, position)
);

CREATE INDEX IF NOT EXISTS article_tags_tag ON article_tags (tag);

