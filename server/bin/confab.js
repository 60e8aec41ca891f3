#!/usr/bin/env node
// Committed, unlike dist, so that npm finds something to link when it installs this workspace before the first build.
import '../dist/cli/main.js';
