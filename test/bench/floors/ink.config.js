// Bundles the floor made with Ink as sotto itself is bundled: for production, without the developer tools that Ink looks for.
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'rolldown';

export default defineConfig({
  input: fileURLToPath(new URL('./ink.js', import.meta.url)),
  platform: 'node',
  plugins: [
    {
      name: 'no-devtools',
      load: { filter: { id: /node_modules[\\/]ink[\\/]build[\\/]devtools\.js$/ }, handler: () => 'export {};' },
    },
  ],
  transform: { define: { 'process.env.NODE_ENV': '"production"' } },
  output: {
    format: 'esm',
    codeSplitting: false,
    minify: { mangle: false, codegen: { removeWhitespace: true }, compress: false },
    comments: { legal: false },
  },
});
