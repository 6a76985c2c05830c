package background_test

import _ "macrowatch/internal/testkit/testenv"
