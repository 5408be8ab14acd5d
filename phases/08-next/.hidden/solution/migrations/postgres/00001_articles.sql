-- +goose Up
CREATE TABLE articles (
	id         BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	slug       TEXT NOT NULL UNIQUE,
	title      TEXT COLLATE "C" NOT NULL, -- sorted by its bytes, as SQLite does
	body       TEXT NOT NULL,
	created_at TIMESTAMPTZ NOT NULL,
	updated_at TIMESTAMPTZ NOT NULL,
	version    BIGINT NOT NULL,
	views      BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE article_tags (
	article_id BIGINT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
	position   INTEGER NOT NULL,
	tag        TEXT NOT NULL,
	PRIMARY KEY (article_id, position)
);

CREATE INDEX article_tags_tag ON article_tags (tag);

-- +goose Down
DROP TABLE article_tags;
DROP TABLE articles;
