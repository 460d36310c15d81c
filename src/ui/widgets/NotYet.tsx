import { useApp } from '../store/app.ts';
import { notYet } from './not-yet.ts';

export function NotYet() {
  const text = useApp(notYet);
  return <p className="empty">{text}</p>;
}
