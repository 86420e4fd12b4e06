/** Draws a piece of the module that is loaded after the first figures. */
import { Component, h } from 'preact';
import { Callout } from './parts.jsx';

export class Later extends Component {
  componentDidMount() {
    this.alive = true;
    this.props.host.more().then(
      (pieces) => this.alive && this.setState({ pieces }),
      () => this.alive && this.setState({ lost: true }),
    );
  }

  componentWillUnmount() {
    this.alive = false;
  }

  render({ piece, t, ...props }, { pieces, lost }) {
    if (lost) return <Callout tone="bad" role="alert">{t('errors.network_lost')}</Callout>;
    if (!pieces) return <div class="sg-skeleton" role="status" aria-label={t('common.loading')}><i /><i /></div>;
    const Piece = pieces[piece];
    return <Piece {...props} />;
  }
}
