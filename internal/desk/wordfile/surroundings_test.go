package wordfile_test

import _ "macrowatch/internal/testenv" // the same surroundings for every run
