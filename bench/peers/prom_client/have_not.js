// SPDX-License-Identifier: MIT
'use strict';

// What this entrant has not; it ends with exit status 3.
module.exports = class HaveNot extends Error {
	constructor(what) {
		super(`no ${what}`);
	}
};
