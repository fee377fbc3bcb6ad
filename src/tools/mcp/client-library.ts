/** The parts of the MCP client library that sotto uses, in a file of their own: nothing else of it is bundled, and only who starts a server loads it. */

export {
  auth,
  Client,
  extractWWWAuthenticateParams,
  InsufficientScopeError,
  ProtocolError,
  parseJSONRPCMessage,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client';
