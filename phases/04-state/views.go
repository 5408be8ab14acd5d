package main

// TODO 4.4: two handlers, POST and GET /api/v1/articles/:id/views.
