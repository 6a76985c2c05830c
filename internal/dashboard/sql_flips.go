package dashboard

// signalProbe says of which table and columns the templates signalAfter and signalBefore take what they look for.
type signalProbe struct{ From, direction, at string }

// Direction is the direction to look for.
func (p signalProbe) Direction() string { return p.From + "." + p.direction }

// At is the instant after which, or before which, to look.
func (p signalProbe) At() string { return p.From + "." + p.at }
