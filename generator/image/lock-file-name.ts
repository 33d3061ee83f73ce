// What the lock file is called, for those who need no more of it.

export const lockFileName = 'mcp.lock.yaml';
