package main

// event is one change of an article, as the listeners of the feed hear of it.
type event struct {
	Type    string   `json:"type"` // created, updated or deleted
	ID      int      `json:"id"`
	Article *Article `json:"article,omitempty"` // as it is now; nil if it is deleted
}

// feed passes events on to its listeners. It never waits for one: who is too slow
// is dropped, so that nobody else is late.
type feed struct {
	buffer int // events that may wait for one listener
	// TODO 8.8: the listeners, and a mutex that guards them.
}

// TODO 8.8: hand the event to every listener. sqlStore.change calls it, behind Commit.
func (f *feed) publish(e event) {}

// TODO 8.8: a handler that upgrades, with one goroutine that writes and one that reads;
// and what says goodbye to all when the program stops, before Shutdown.
