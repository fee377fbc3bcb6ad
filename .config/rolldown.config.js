// The bundle that ships: ES modules, split so that each command loads only what it needs.
import { defineConfig } from 'rolldown';

export default defineConfig({
  input: { main: 'src/main.ts' },
  platform: 'node',
  external: ['better-sqlite3'],
  transform: { target: 'node22', define: { 'process.env.NODE_ENV': '"production"' } },
  output: {
    dir: 'dist',
    format: 'esm',
    sourcemap: true,
    minify: { mangle: false, codegen: { removeWhitespace: true }, compress: false },
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
    comments: { legal: false },
    cleanDir: true,
  },
});
