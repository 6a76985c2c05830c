package boardfiles

// What a folder and a file may have.
const (
	mostFiles   = 1000     // dashboards in a folder
	mostEntries = 20_000   // files and folders that are looked at
	mostFolders = 8        // folders within each other
	mostBytes   = 2 << 20  // of a file
	mostOfAll   = 64 << 20 // bytes of all files
	mostDepth   = 64       // lists and objects within each other
	mostPanels  = 500      // of a dashboard, with its rows
	mostQueries = 50       // of a panel
	mostOthers  = 100      // variables, annotations, links, transformations
	mostLetters = 200      // of a title
)

// The grid of the page.
const (
	gridColumns = 24
	tallest     = 200 // units of height of a panel
)
