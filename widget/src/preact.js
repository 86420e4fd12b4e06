/** The part of Preact the widget uses, as one object for AMD. */
import { h, Fragment, Component, render, createRef } from 'preact';

export default { h, Fragment, Component, render, createRef };
