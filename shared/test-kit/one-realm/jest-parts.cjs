// Jest's own packages, at the versions that jest runs with: found the way jest finds them, so they need no entry of their own.
const { createRequire } = require('node:module');
const { join } = require('node:path');

const beside = (file, name) => createRequire(file).resolve(name);
const root = join(__dirname, '..', '..', '..', 'package.json');
const core = beside(beside(root, 'jest'), '@jest/core');
const environment = beside(beside(core, 'jest-config'), 'jest-environment-node');

/** A package that jest's runner or its node environment depends on. */
const ofRunner = (name) => createRequire(core)(name);
const ofEnvironment = (name) => createRequire(environment)(name);

module.exports = { ofRunner, ofEnvironment };
