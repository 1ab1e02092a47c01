#!/usr/bin/env node
// A file that exists before the build, so that a package manager can link it at install time.
import '../dist/bin.js';
