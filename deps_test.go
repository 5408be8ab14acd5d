package course

// What only the phases' hidden programs use, and what a learner may import:
// `go mod tidy` does not look into dot folders, and the course's go.mod is the
// list of modules that a graded build accepts.
import (
	_ "github.com/gorilla/websocket"
	_ "github.com/jmoiron/sqlx"
	_ "github.com/labstack/echo/v4"
	_ "github.com/labstack/echo/v4/middleware"
	_ "github.com/sony/gobreaker/v2"
	_ "github.com/stretchr/testify/require"
	_ "golang.org/x/time/rate"
)
