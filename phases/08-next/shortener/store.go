package main

// schema is run at each start, also where the tables are there already.
// TODO shortener.4: a table of links, in which no code can be twice.
const schema = ``

// link is one short link.
type link struct {
	Code string
	URL  string
}

// TODO shortener.4: links in the database, instead of a map: create one, get one by
// its code, remove one. What the store says instead of yes: errNotFound, errTaken.
