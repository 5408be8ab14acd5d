package scaffold

func Phase(dir, name string) ([]string, error) { return nil, nil }
