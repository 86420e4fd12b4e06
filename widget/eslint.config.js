import js from '@eslint/js';
import globals from 'globals';

const forbidden = ['alert', 'confirm', 'prompt', 'eval'].map((name) => ({ name, message: 'Not allowed in the marketplace: use the modal.' }));

export default [
  { ignores: ['node_modules/**'] },
  js.configs.recommended,
  {
    files: ['src/**/*.{js,jsx}'],
    languageOptions: { ecmaVersion: 2022, sourceType: 'module', parserOptions: { ecmaFeatures: { jsx: true } } },
    rules: {
      'no-restricted-globals': ['error', ...forbidden],
      'no-console': ['error', { allow: ['debug'] }],
      'no-unused-vars': ['error', { varsIgnorePattern: '^h$' }],
      'no-var': 'error',
      'prefer-const': 'error',
      eqeqeq: 'error',
      'no-implicit-globals': 'error',
      'no-eval': 'error',
      'no-implied-eval': 'error',
      'no-new-func': 'error',
      'no-shadow': 'error',
      'max-lines': ['error', 300],
      complexity: ['error', 14],
    },
  },
  { files: ['src/ui/**'], languageOptions: { globals: {} } },
  { files: ['src/core/**'], languageOptions: { globals: {} } },
  { files: ['src/host/**'], languageOptions: { globals: globals.browser } },
  { files: ['bundle.mjs', 'eslint.config.js', 'test/**'], languageOptions: { globals: { ...globals.node } } },
];
