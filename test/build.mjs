// Before the tests: makes dist/ if a source is newer, as tests run the program there, and the validators that it holds.

export { build as setup } from '../tools/setup.mjs';
