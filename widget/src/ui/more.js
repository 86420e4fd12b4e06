/** Pieces that open at a click; loaded beside the first figures, never before them (ui/Later.jsx draws them). */
import { ApprovalNews } from './Approval.jsx';
import { AskForm } from './AskForm.jsx';
import { LineEditor } from './LineEditor.jsx';
import { OrderView } from './Order.jsx';
import { Placing } from './Placing.jsx';
import { Queue } from './Queue.jsx';
import { Search } from './Search.jsx';
import { Supervisor } from './Supervisor.jsx';
import { CrmTrouble, Trouble } from './Trouble.jsx';
import { WideView } from './WideView.jsx';

export default { ApprovalNews, AskForm, CrmTrouble, LineEditor, OrderView, Placing, Queue, Search, Supervisor, Trouble, WideView };
