import { definePlugin } from '@fsae/core';
import { onnxProvider } from './provider.js';

export default definePlugin({ name: '@fsae/backend-onnx', api: 1, backends: { onnx: onnxProvider } });
