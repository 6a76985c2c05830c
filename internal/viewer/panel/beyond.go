package panel

// SayBeyond says that values are drawn at the edge.
func (j *Job) SayBeyond(count int, example string) {
	switch {
	case count == 1:
		j.Notices.Add("1 value is too large to be drawn with the others: %s. It stands at the edge.", example)
	case count > 1:
		j.Notices.Add("%d values are too large to be drawn with the others, %s for instance. They stand at the edge.", count, example)
	}
}
