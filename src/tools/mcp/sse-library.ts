/** The older transport over HTTP, in a file of its own: few servers know nothing else, and only those have it loaded. */

export { SSEClientTransport } from '@modelcontextprotocol/client';
