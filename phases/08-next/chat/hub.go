package main

// hub holds the rooms, and who is in them.
// TODO chat.1: the rooms, their listeners, and a lock for each.
type hub struct {
	store *store
}

func newHub(cfg Config, s *store) *hub { return &hub{store: s} }
