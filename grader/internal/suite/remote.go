package suite

import (
	"context"
	"crypto/tls"
	"net"
	"net/url"
)

// remote is a program that runs somewhere, and that is asked as it is.
type remote struct {
	url     *url.URL
	address string // host:port
}

// newRemote returns the program at u, which has the scheme http or https and a host.
func newRemote(u *url.URL) *remote {
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	return &remote{url: u, address: net.JoinHostPort(u.Hostname(), port)}
}

// dial opens a connection, with TLS for https; it verifies the certificate.
func (m *remote) dial(ctx context.Context) (net.Conn, error) {
	if m.url.Scheme == "https" {
		return (&tls.Dialer{Config: &tls.Config{ServerName: m.url.Hostname()}}).DialContext(ctx, "tcp", m.address)
	}
	return new(net.Dialer).DialContext(ctx, "tcp", m.address)
}

// dial opens a connection to s.
func (r *run) dial(ctx context.Context, s *server) (net.Conn, error) {
	if s.remote != nil {
		return s.remote.dial(ctx)
	}
	return r.box.Dial(ctx, s.port)
}

// at turns a request for a program of ours into one for m.
func (m *remote) at(q *request) *request {
	moved := *q
	moved.host = m.url.Host
	moved.path = m.url.EscapedPath() + q.path
	return &moved
}
