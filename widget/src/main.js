/** What the AMD module returns: the constructor amoCRM makes the widget's object with. */
export { StockgateWidget as default } from './host/widget.js';
