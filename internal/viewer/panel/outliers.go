package panel

// NoteOutliers adds a notice that some values are too large to be drawn to scale, and are drawn at the edge instead.
// The notice has their number and, as an example, one of them.
func (j *Job) NoteOutliers(count int, example string) {
	switch {
	case count == 1:
		j.Notices.Add("1 value is too large to be drawn with the others: %s. It stands at the edge.", example)
	case count > 1:
		j.Notices.Add("%d values are too large to be drawn with the others, %s for instance. They stand at the edge.", count, example)
	}
}
