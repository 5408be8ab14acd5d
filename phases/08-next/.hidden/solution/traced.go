package main

import (
	"context"
	"errors"
	"slices"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
)

// tracedStore makes a span of every call of a Store: how long the database took.
type tracedStore struct {
	next   Store
	system string // which database: sqlite or postgresql
}

// expected are errors that say something of the request, nothing of the database.
var expected = []error{ErrNotFound, ErrStale, ErrConflict, ErrForbidden}

// trace starts a span; end ends it with the error that err points to.
func (s tracedStore) trace(ctx context.Context, operation string) (_ context.Context, end func(err *error)) {
	ctx, span := tracer.Start(ctx, operation+" articles", trace.WithSpanKind(trace.SpanKindClient),
		trace.WithAttributes(attribute.String("db.system.name", s.system), attribute.String("db.operation.name", operation)))
	return ctx, func(err *error) {
		isErr := func(target error) bool { return errors.Is(*err, target) }
		if *err != nil && !slices.ContainsFunc(expected, isErr) {
			span.SetStatus(codes.Error, (*err).Error())
		}
		span.End()
	}
}

func (s tracedStore) List(ctx context.Context, q listQuery) (page []Article, total int, err error) {
	ctx, end := s.trace(ctx, "list")
	defer end(&err)
	return s.next.List(ctx, q)
}

func (s tracedStore) Get(ctx context.Context, id int) (a Article, err error) {
	ctx, end := s.trace(ctx, "get")
	defer end(&err)
	return s.next.Get(ctx, id)
}

func (s tracedStore) Create(ctx context.Context, in ...ArticleInput) (created []Article, err error) {
	ctx, end := s.trace(ctx, "create")
	defer end(&err)
	return s.next.Create(ctx, in...)
}

func (s tracedStore) Replace(ctx context.Context, id, version int, in ArticleInput) (a Article, err error) {
	ctx, end := s.trace(ctx, "replace")
	defer end(&err)
	return s.next.Replace(ctx, id, version, in)
}

func (s tracedStore) Delete(ctx context.Context, id int, author string) (err error) {
	ctx, end := s.trace(ctx, "delete")
	defer end(&err)
	return s.next.Delete(ctx, id, author)
}

func (s tracedStore) AddView(ctx context.Context, id int) (err error) {
	ctx, end := s.trace(ctx, "add view")
	defer end(&err)
	return s.next.AddView(ctx, id)
}

func (s tracedStore) Views(ctx context.Context, id int) (n int, err error) {
	ctx, end := s.trace(ctx, "views")
	defer end(&err)
	return s.next.Views(ctx, id)
}
