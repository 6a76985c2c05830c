package panel

// NoteOutliers adds a notice that count values are too large to be drawn to scale, and are drawn at the edge instead.
// example is one of them as a reader sees it.
func (j *Job) NoteOutliers(count int, example string) {
	switch {
	case count == 1:
		j.Notices.Add("1 value is too large to be drawn with the others: %s. It stands at the edge.", example)
	case count > 1:
		j.Notices.Add("%d values are too large to be drawn with the others, %s for instance. They stand at the edge.", count, example)
	}
}
